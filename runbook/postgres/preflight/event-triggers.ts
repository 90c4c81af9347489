import type { Kind } from "./kind";
import { changeable, onEachSide } from "./survey";

/**
 * What rdsadmin owns is RDS's own. On RDS the main user may make others and switch them off
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.FeatureSupport.EventTriggers.html).
 */
const EVENT_TRIGGERS = `
SELECT quote_ident(t.evtname) AS name, t.evtevent AS event, quote_ident(pg_get_userbyid(t.evtowner)) AS owner
  FROM pg_event_trigger t
 WHERE t.evtenabled <> 'D' AND pg_get_userbyid(t.evtowner) <> 'rdsadmin'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_event_trigger'::regclass AND d.objid = t.oid AND d.deptype = 'e')
 ORDER BY 1`;

/** They see the gates, publications and subscriptions that the runbook makes, and may refuse or repeat them. */
export const eventTriggers: Kind = {
  id: "event-triggers",
  title: "No event trigger sees what the runbook makes",
  find: ({ on, server, signal }) =>
    onEachSide(changeable(server), async (side) =>
      (await on[side].query<{ name: string; event: string; owner: string }>(signal, EVENT_TRIGGERS)).map(
        ({ name, event, owner }) => ({
          severity: "warns",
          side,
          found: `event trigger ${name} (${event}) on the ${side} runs when the runbook makes its gates and subscriptions`,
          expected:
            "none that refuses or repeats statements in the schema relocate; it is not replicated either",
          fix: { sql: `ALTER EVENT TRIGGER ${name} DISABLE`, on: side, by: `its owner, ${owner}` },
        }),
      ),
    ),
};
