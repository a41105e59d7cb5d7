import { request } from 'undici';

/** Observations of one operation so far, by the metrics of a process. */
export async function countOf(address: string, operation: string): Promise<number> {
  const { body } = await request(`http://${address}/metrics`);
  const text = await body.text();
  return text
    .split('\n')
    .filter(
      (line) => line.startsWith('fanout_lab_hop_duration_seconds_count') && line.includes(`"${operation}"`),
    )
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
