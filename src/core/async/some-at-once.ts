import pLimit from 'p-limit';

/**
 * Runs the tasks, a few at once, and gives their results in the order of the tasks. After a failure no further one
 * starts, those under way are told to stop and waited for, and the first error is thrown.
 */
export async function someAtOnce<T>(
  tasks: readonly ((signal: AbortSignal) => Promise<T>)[],
  atOnce: number,
  signal: AbortSignal,
): Promise<T[]> {
  const limit = pLimit(atOnce);
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const results: T[] = [];
  const errors: unknown[] = [];
  const run = async (task: (signal: AbortSignal) => Promise<T>, index: number): Promise<void> => {
    if (errors.length > 0) return;
    try {
      results[index] = await task(stop);
    } catch (error) {
      errors.push(error);
      failed.abort();
    }
  };
  await Promise.all(tasks.map((task, index) => limit(run, task, index)));
  if (errors.length > 0) throw errors[0];
  return results;
}
