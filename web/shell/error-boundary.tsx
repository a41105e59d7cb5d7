import { Component, type ReactNode } from 'react';
import { forgetDraft } from '../file/index.ts';
import { Button } from '../ui/index.ts';

interface State {
  readonly fault: string | null;
}

/** When drawing the page fails: says so, and offers a way out that does not fail again. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override readonly state: State = { fault: null };

  static getDerivedStateFromError(error: unknown): State {
    return { fault: String(error) };
  }

  override render(): ReactNode {
    if (this.state.fault === null) return this.props.children;
    return (
      <main className="broken">
        <h1>The page broke</h1>
        <p>{this.state.fault}</p>
        <p>This is our fault. Your work is kept: loading the page again may be enough.</p>
        <div className="dialog__actions">
          <Button onClick={() => void forgetDraft().then(() => location.reload())}>
            Put the work aside and reload
          </Button>
          <Button look="primary" onClick={() => location.reload()}>
            Reload
          </Button>
        </div>
      </main>
    );
  }
}
