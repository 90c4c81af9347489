import type { Side } from "../side";
import type { Session } from "./session";

const FEEDS = `
SELECT quote_ident(subname) AS feed FROM pg_subscription
 WHERE subname NOT LIKE 'relocate\\_%' AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
 ORDER BY 1`;

/** Subscriptions of others, whose rows `origin = none` keeps from being passed on: they would be missing after a switch. */
export async function feedFindings(side: Side, session: Session, signal: AbortSignal): Promise<string[]> {
  const feeds = await session.query<{ feed: string }>(signal, FEEDS);
  return feeds.map(
    ({ feed }) =>
      `subscription ${feed} on the ${side} writes rows that come from elsewhere, and these are not passed on to the other side: ` +
      `DROP SUBSCRIPTION ${feed}, and have its tables filled in another way`,
  );
}
