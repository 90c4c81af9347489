import { drift } from "../runbook/aws/inventory/drift";
import { readSource, type SourceInventory } from "../runbook/aws/inventory/inventory";
import { inventoryMarkdown } from "../runbook/aws/inventory/markdown";
import { CALLERS_CHECKLIST, leadTimes } from "../runbook/aws/preflight/lead-times";
import { preflightAws } from "../runbook/aws/preflight/preflight";
import { type Manifest, requireParts } from "../runbook/aws/manifest";
import { expectedHold } from "../runbook/plans/expected-hold";
import { describeFinding, type Severity } from "../runbook/postgres/preflight/finding";
import { preflight as preflightDatabases } from "../runbook/postgres/preflight/preflight";
import type { DatabasePair } from "../runbook/world";
import { type Answer, tell } from "./answer";
import { EXIT } from "./exit-codes";
import { openGround } from "./ground";
import { interruptible } from "./interrupt";
import { readInventory, writeInventory } from "./inventory-file";
import { publicTtl, type PublicTtl } from "./public-ttl";
import { commandLine, type SharedFlags } from "./shared-options";
import { styleFor, type Style } from "./style";

/** What came of one kind of look, at a database or at AWS. */
interface ShownCheck {
  readonly where: string;
  readonly id: string;
  readonly title: string;
  readonly findings: readonly { readonly severity: Severity; readonly text: string }[];
}

/** Looks at everything, tells what was found, and writes the inventory. */
export async function preflight(flags: SharedFlags): Promise<Answer> {
  const ground = await openGround(flags);
  const { manifest, world } = ground;
  try {
    const before = readInventory(manifest.workload);
    const [databases, holds, aws, source, ttl] = await interruptible(
      (signal) =>
        Promise.all([
          preflightDatabases(world.databases, signal),
          Promise.all(world.databases.map((pair) => holdCheck(pair, signal))),
          preflightAws(world, manifest),
          readSource(world.clients, manifest),
          publicTtl(manifest),
        ]),
      () => tell("interrupted"),
    );
    const changed = before ? drift(before.source, source) : [];
    const checks: ShownCheck[] = [
      ...databases.map(({ database, id, title, findings }) => ({
        where: `database ${database}`,
        ...{ id, title },
        findings: findings.map((one) => ({ severity: one.severity, text: describeFinding(one) })),
      })),
      ...holds,
      ...aws.map(({ id, title, findings }) => ({
        ...{ where: "AWS", id, title },
        findings: findings.map(({ severity, found, expected, fix }) => ({
          severity,
          text: `${found}; expected: ${expected}. Fix: ${fix}`,
        })),
      })),
      ...(ttl ? [ttlCheck(ttl)] : []),
      driftCheck(changed, before?.at),
    ];
    const files = writeFiles(manifest, source, ttl);
    const style = styleFor(process.stderr);
    for (const check of checks) describeCheck(check, style).forEach(tell);
    const count = (severity: Severity) =>
      checks.flatMap(({ findings }) => findings).filter((one) => one.severity === severity).length;
    const blocks = count("blocks");
    const { egressAddresses } = requireParts(manifest, ["standby"]).standby;
    return {
      exitCode: blocks > 0 ? EXIT.refused : EXIT.ok,
      json: {
        workload: manifest.workload,
        ...{ blocks, warns: count("warns"), checks, drift: changed, ttl, files },
        leadTimes: leadTimes(egressAddresses),
        leftToPeople: world.leftToPeople,
      },
      text: `${checks.length} looks: ${blocks} findings stand in the way, ${count("warns")} are warnings; wrote ${files.join(" and ")}`,
      next: [commandLine(blocks > 0 ? "preflight" : "start", flags)],
    };
  } finally {
    ground.close();
  }
}

function writeFiles(manifest: Manifest, source: SourceInventory, ttl: PublicTtl | undefined): string[] {
  const { workload, sourceRegion, targetRegion } = manifest;
  const at = new Date().toISOString();
  const { egressAddresses } = requireParts(manifest, ["standby"]).standby;
  const facts = {
    ...{ workload, sourceRegion, targetRegion, at },
    leadTimes: leadTimes(egressAddresses),
    checklist: CALLERS_CHECKLIST,
  };
  return writeInventory(
    { version: 1, workload, at, ttlLowSince: ttl?.lowSince, source },
    inventoryMarkdown(source, facts),
  );
}

async function holdCheck({ name, endpoint }: DatabasePair, signal: AbortSignal): Promise<ShownCheck> {
  const text = await expectedHold(endpoint, signal);
  return {
    ...{ where: `database ${name}`, id: "hold", title: "What its application feels at the switch" },
    findings: [{ severity: "note", text }],
  };
}

const ttlCheck = ({ name, ready, meaning }: PublicTtl): ShownCheck => ({
  where: "DNS",
  id: "ttl",
  title: `The TTL of ${name} has been 60 s or less for 48 h`,
  findings: ready ? [] : [{ severity: "warns", text: meaning }],
});

const driftCheck = (changed: readonly string[], since: string | undefined): ShownCheck => ({
  where: "source",
  id: "drift",
  title: since === undefined ? "The source is written down" : `The source is as it was at ${since}`,
  findings: changed.map((text) => ({
    severity: "warns",
    text: `${text}. Fix: carry it over to the target, or take it back`,
  })),
});

function describeCheck({ where, title, findings }: ShownCheck, style: Style): string[] {
  if (findings.length === 0) return [`${style.good("✓")} ${where}: ${title}`];
  const marks: Readonly<Record<Severity, string>> = {
    blocks: style.bad("✗"),
    warns: style.warn("!"),
    note: style.dim("·"),
  };
  const worst = (["blocks", "warns", "note"] as const).find((one) =>
    findings.some(({ severity }) => severity === one),
  );
  return [
    `${marks[worst ?? "note"]} ${where}: ${title}`,
    ...findings.map(({ severity, text }) => `    ${marks[severity]} ${text.replaceAll("\n", "\n      ")}`),
  ];
}
