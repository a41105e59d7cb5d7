/** The largest scenario file that is read at all; the format's own limit is the same. */
const mostBytes = 10_000_000;

export interface PickedFile {
  readonly name: string;
  /** Null: too large to be a scenario. */
  readonly text: string | null;
}

/** Asks for a file; null when the user thinks better of it. */
export function pickFile(): Promise<PickedFile | null> {
  return new Promise((resolve, reject) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.json,application/json';
    input.addEventListener('cancel', () => resolve(null));
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      if (file) readFile(file).then(resolve, reject);
      else resolve(null);
    });
    input.click();
  });
}

export async function readFile(file: File): Promise<PickedFile> {
  return { name: file.name, text: file.size > mostBytes ? null : await file.text() };
}

/** Hands a text to the browser's downloads. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
