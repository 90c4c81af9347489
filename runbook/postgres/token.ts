import { randomBytes } from "node:crypto";

/** A marker's token that was never used before. */
export const newToken = (purpose: string): string => `${purpose}-${randomBytes(8).toString("hex")}`;
