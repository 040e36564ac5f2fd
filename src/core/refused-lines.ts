import { problem, type Problem } from './problem.ts';

/** Lines told one by one; a file that is wrong throughout would fill the report. */
const MOST_TOLD = 50;

/** The lines of a file that were refused: all of them counted, the first ones told. */
export class RefusedLines {
  count = 0;
  readonly #file: string;
  readonly #told: Problem[] = [];

  /** @param file as it stands in reports */
  constructor(file: string) {
    this.#file = file;
  }

  /** @param why the end of a sentence about the line, without any value of it */
  add(code: string, line: number, why: string, next: string): void {
    this.count++;
    if (this.#told.length < MOST_TOLD) this.#told.push(problem(code, `${this.#file}:${line}: ${why}`, { file: this.#file, line, next }));
  }

  /** The first of them, as warnings. */
  get problems(): readonly Problem[] {
    return this.#told;
  }

  /** How many more there are, which the counts of a report tell too. */
  get further(): readonly Problem[] {
    const more = this.count - this.#told.length;
    return more > 0 ? [problem('more_lines', `${this.#file}: ${more} more lines are refused`, { file: this.#file })] : [];
  }
}
