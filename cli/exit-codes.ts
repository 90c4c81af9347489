/** Exit codes of every command. */
export const EXIT = {
  /** Done, or nothing to do. */
  ok: 0,
  /** It failed, and nothing had been begun. */
  failed: 1,
  /** The call itself was wrong: nothing was asked of AWS or of a database. */
  usage: 2,
  /** It failed, and all it had begun has been taken back: nothing of it stands. */
  undone: 3,
  /** It ended half way: the same command goes on, or back. */
  stopped: 4,
  /** Refused before anything was begun: findings, another operator at work, or a question not answered with yes. */
  refused: 5,
  /** SIGHUP, a terminal that was closed, as for Ctrl-C. */
  hungUp: 129,
  /** Ctrl-C, and all it had begun has been taken back. Otherwise `stopped`. */
  interrupted: 130,
  /** SIGTERM, as for Ctrl-C. */
  terminated: 143,
} as const;

/** Help of the exit codes of commands that carry out a plan. */
export const PLAN_EXIT_CODES = `
Exit codes:
  0    done
  1    failed, and nothing had been begun
  2    bad usage
  3    failed, and all it had begun has been taken back: nothing of it stands
  4    ended half way: the same command goes on, or back
  5    refused: findings stand in the way, another operator is at work, or the question was not answered
  130  Ctrl-C, and all it had begun has been taken back (129: SIGHUP, 143: SIGTERM)

Ctrl-C before the point of no return takes back what was begun; after it, it stops, and the same command goes on. A second
Ctrl-C ends this process at once: the databases then go on or back by themselves, and the same command looks how they stand.
`;
