import { expect, it } from 'vitest';
import { openBuiltin, setForm, useDocument } from '../document/index.ts';
import { useRun, type FinishedRun } from '../run/index.ts';
import { show, showBuiltin } from './actions.ts';
import { useLayout } from './layout.ts';

it('shows another scenario without the run, the report and the comparisons of the one before', async () => {
  await showBuiltin('mm1');
  setForm('short');
  useRun.setState({
    status: 'finished',
    finished: { number: 2 } as FinishedRun,
    previous: { number: 1 } as FinishedRun,
  });
  useLayout.setState({ drawer: 'report', drawerHeight: 500 });

  await show(openBuiltin('no-such-scenario'), { from: 'link' }, 'The link');
  expect(useRun.getState().finished).not.toBeNull();

  await showBuiltin('tandem');
  expect(useDocument.getState()).toMatchObject({ draft: { id: 'tandem' }, form: 'short' });
  expect(useRun.getState()).toMatchObject({ status: 'idle', finished: null, previous: null, figures: {} });
  expect(useLayout.getState()).toMatchObject({ drawer: null, drawerHeight: null });
});
