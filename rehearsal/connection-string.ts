/** A libpq connection string of keyword/value pairs (PostgreSQL documentation, "Connection Strings"). */
export function connectionString(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs)
    .map(([keyword, value]) => `${keyword}='${value.replace(/[\\']/g, "\\$&")}'`)
    .join(" ");
}
