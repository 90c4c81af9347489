/** A replay in a process of its own, to be killed. Arguments: a JSON object with how the operator connects to each side. */
import type { ClientConfig } from "pg";
import { replayLateRows } from "../../../runbook/late-rows/late-rows";
import type { Side } from "../../../runbook/side";
import { DATABASE } from "./shop";

const operator = JSON.parse(process.argv[2] ?? "") as Readonly<Record<Side, ClientConfig>>;

void replayLateRows(
  {
    name: DATABASE,
    databaseName: DATABASE,
    applicationRoles: [],
    acceptedLossMinutes: 60,
    operator: (side) => Promise.resolve(operator[side]),
  },
  new AbortController().signal,
);
