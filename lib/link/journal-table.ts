import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { Construct } from "constructs";
import { limitName } from "../regional/name-limit";

/** How the table of the runbook's journal is called. */
export interface JournalTableProps {
  /** Table name. Changing it plans an empty table: the journal of a relocation under way would be lost. */
  readonly name: string;
}

/**
 * The runbook's journal and lease: one item an entry, `relocation` and `entry` as its key, written on condition that it
 * is not there yet. Holds no secret.
 *
 * Stands in the target's region: it must be there when the source's is not.
 *
 * Cost: by request, a few a step; next to nothing.
 */
export class JournalTable extends Construct {
  readonly tableName: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: JournalTableProps) {
    super(scope, id);
    limitName(this, props.name, {
      what: "journal table",
      longest: 255,
      form: /^[a-zA-Z0-9_.-]{3,}$/,
      formInWords: "three or more letters, digits, dots, hyphens and underscores",
    });
    const table = new DynamodbTable(this, "table", {
      name: props.name,
      billingMode: "PAY_PER_REQUEST",
      hashKey: "relocation",
      rangeKey: "entry",
      attribute: [
        { name: "relocation", type: "S" },
        { name: "entry", type: "N" },
      ],
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
    });
    this.tableName = table.name;
    this.arn = table.arn;
  }
}
