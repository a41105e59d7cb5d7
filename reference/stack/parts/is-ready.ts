/** Whether a service says that what it depends on answers. @returns null, or what it said instead */
export async function isReady(id: string, address: string): Promise<string | null> {
  try {
    const answer = await fetch(`http://${address}/readyz`, { signal: AbortSignal.timeout(2000) });
    await answer.arrayBuffer();
    return answer.ok ? null : `${id} answers ${String(answer.status)} to /readyz`;
  } catch (error) {
    return `${id}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
