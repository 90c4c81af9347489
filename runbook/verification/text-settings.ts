/** The text of a value must not depend on a server's or role's settings. */
export const TEXT_SETTINGS = {
  DateStyle: "ISO",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  lc_monetary: "C",
  extra_float_digits: "1",
  bytea_output: "hex",
} as const;

/** The same as statements. */
export const SET_TEXT_SETTINGS = Object.entries(TEXT_SETTINGS)
  .map(([name, value]) => `SET ${name} = '${value}'`)
  .join("; ");
