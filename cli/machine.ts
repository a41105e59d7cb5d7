import { cpus, type as systemName } from 'node:os';

/** When and where something was measured, for the page that says so. */
export function machineOfToday(): { readonly date: string; readonly machine: string } {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${model}, ${String(cpus().length)} processors, ${systemName()}`,
  };
}
