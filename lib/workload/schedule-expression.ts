/** Values, ranges, steps and lists of one field; the days take further signs. */
function field(value: string, signs = ""): RegExp {
  const part = `(?:\\*|${value}${signs}(?:-${value})?)(?:/\\d+)?`;
  return new RegExp(`^(?:${part})(?:,${part})*$`, "i");
}

const MINUTES = field("[0-5]?\\d");
const HOURS = field("(?:[01]?\\d|2[0-3])");
const DAYS_OF_MONTH = field("(?:0?[1-9]|[12]\\d|3[01])", "W?");
const MONTHS = field("(?:0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)");
const DAYS_OF_WEEK = field("(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)", "(?:L|#[1-5])?");
const YEARS = field("(?:19[7-9]\\d|20\\d\\d|21\\d\\d)");
const LAST_DAY = /^LW?$/i;

/**
 * Whether EventBridge Scheduler takes a text as a recurring schedule.
 *
 * Source: EventBridge Scheduler user guide, "Schedule types": six fields, and `?` for exactly one of the two days.
 */
export function isScheduleExpression(expression: string): boolean {
  if (/^rate\([1-9]\d* (minute|hour|day)s?\)$/.test(expression)) return true;
  const fields = /^cron\(([^()]*)\)$/.exec(expression)?.[1]?.split(/\s+/);
  if (fields?.length !== 6) return false;
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const dayFits =
    (dayOfWeek === "?" && (DAYS_OF_MONTH.test(dayOfMonth) || LAST_DAY.test(dayOfMonth))) ||
    (dayOfMonth === "?" && (DAYS_OF_WEEK.test(dayOfWeek) || /^L$/i.test(dayOfWeek)));
  return MINUTES.test(minutes) && HOURS.test(hours) && dayFits && MONTHS.test(month) && YEARS.test(year);
}
