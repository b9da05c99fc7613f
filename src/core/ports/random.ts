// Chance as a port, so that tests can decide it.
/** A source of chance. */
export interface Random {
  /** At least 0, below 1. */
  number(): number;
  /** So many lower-case hex digits that nobody can guess. */
  hex(digits: number): string;
}
