import { readFileSync } from "node:fs";
import { compareHttp } from "../runbook/verification/http/compare-http";
import { DEFAULT_IGNORED, readIgnoreRules } from "../runbook/verification/http/ignore-rules";
import { readRequests } from "../runbook/verification/http/requests";
import type { HttpOrigin, RequestComparison } from "../runbook/verification/http/result";
import type { Manifest } from "../runbook/aws/manifest";
import type { Side } from "../runbook/side";
import { type Answer, tell } from "./answer";
import { EXIT } from "./exit-codes";
import { interruptible } from "./interrupt";
import { openGround } from "./ground";
import { commandLine } from "./shared-options";
import { styleFor, type Style } from "./style";
import type { VerifyFlags } from "./verify-flags";

/** Compares what both sides answer to the requests of a file. */
export async function verifyHttp(flags: VerifyFlags, file: string): Promise<Answer> {
  const ground = await openGround(flags);
  const { manifest } = ground;
  ground.close();
  const requests = readRequests(readFileSync(file, "utf8"), file);
  const ignore =
    flags.httpIgnore === undefined
      ? [DEFAULT_IGNORED]
      : readIgnoreRules(readFileSync(flags.httpIgnore, "utf8"), flags.httpIgnore);
  const origins = {
    source: originOf(manifest, "source", flags.sourceUrl),
    target: originOf(manifest, "target", flags.targetUrl),
  };
  const style = styleFor(process.stderr);
  const found = await interruptible(
    (signal) =>
      compareHttp({
        ...{ origins, requests, ignore, signal, unsafe: flags.httpUnsafe },
        onAnswer: (comparison) => tell(lineOf(comparison, style)),
      }),
    () => tell("interrupted"),
  );
  const different = found.requests.filter(({ equal }) => !equal).length;
  const { source, target } = found.medianMs;
  return {
    exitCode: found.equal ? EXIT.ok : EXIT.failed,
    json: { workload: manifest.workload, ...found },
    text:
      `${found.requests.length} requests, ${different} answered differently; ` +
      `median source ${Math.round(source)} ms, target ${Math.round(target)} ms`,
    next: [found.equal ? commandLine("verify", flags) : commandLine("verify", flags, again(flags, file))],
  };
}

/** The same comparison once more. */
const again = (flags: VerifyFlags, file: string): readonly string[] => [
  ...["--http", file],
  ...(flags.httpIgnore === undefined ? [] : ["--http-ignore", flags.httpIgnore]),
  ...(flags.httpUnsafe ? ["--http-unsafe"] : []),
  ...(flags.sourceUrl === undefined ? [] : ["--source-url", flags.sourceUrl]),
  ...(flags.targetUrl === undefined ? [] : ["--target-url", flags.targetUrl]),
];

/** The load balancer's own name: behind the edge both sides would be one. */
function originOf({ parts }: Manifest, side: Side, url: string | undefined): HttpOrigin {
  if (url !== undefined) return { url: new URL(url) };
  const edge = parts.cutover?.edge;
  if (edge) return { url: new URL(`https://${edge.origins[side]}.origin.${edge.publicName}`) };
  throw new Error(
    `--${side}-url: expected where the outputs tell of no edge; name where the ${side} is asked, such as https://origin.example.com`,
  );
}

function lineOf({ request, equal, status, differences }: RequestComparison, style: Style): string {
  const name = `${request.method} ${request.path}`;
  if (equal) return `${style.good("✓")} ${name} ${style.dim(String(status.source))}`;
  return [`${style.bad("✗")} ${name}`, ...differences.map((one) => one.replace(/^/gm, "    "))].join("\n");
}
