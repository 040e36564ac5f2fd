type Task = () => Promise<void> | void;

const tasks: Task[] = [];

/** Has something done when the test file has ended: a database dropped, a folder removed. */
export function atEndOfFile(task: Task): void {
  tasks.push(task);
}

/** Does it all, the newest first; what fails is reported together. */
export async function cleanUp(): Promise<void> {
  const problems: string[] = [];
  for (const task of tasks.splice(0).reverse()) {
    try {
      await task();
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (problems.length > 0) throw new Error(`This test file left something behind:\n- ${problems.join('\n- ')}`);
}
