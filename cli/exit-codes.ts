/** Exit codes of every command. An interrupt ends with 128 and the signal's number. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143 } as const;
