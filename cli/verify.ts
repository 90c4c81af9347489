import type { Command } from "commander";
import { answer } from "./answer";
import { SHARED_HELP, withSharedOptions } from "./shared-options";
import { refuse, unexpected } from "./usage";
import { readVerifyFlags, type VerifyFlags } from "./verify-flags";

const HELP = `
Compares every table of both sides while they are written and replicated: rows counted and summed up in chunks, and where the
sums differ down to the rows, whose keys are listed. Changes nothing. What a run that was cut off has read is kept in
<workload>-<database>-verification.json, and the next one goes on from there.

With --http it compares what both sides answer to a list of requests instead, request by request (C4). One a line, such as
  GET /orders?page=2 {"headers": {"accept-language": "de"}}
What may differ is said by rules: [{ "path": "^/orders", "headers": ["x-served-by"], "json": ["/generatedAt"] }]

Examples:
  $ relocate verify
  $ relocate verify --share 20%                leaves the servers four fifths of the time
  $ relocate verify --every 10m                round after round, until Ctrl-C; only what was written since
  $ relocate verify --http requests.txt --http-ignore ignore.json
${SHARED_HELP}
Exit codes:
  0    equal
  1    something differs, or could not be compared
  2    bad usage
  4    nothing differs, but rows were written all the while, so that nothing can be said of them: again
  130  Ctrl-C; the same command goes on (129: SIGHUP, 143: SIGTERM)
`;

/** Adds the command `verify`. */
export function registerVerify(program: Command): void {
  withSharedOptions(program.command("verify").description("compare the data, or the answers, of both sides"))
    .option("--share <percent>", "share of the time in which the servers are kept busy", "100%")
    .option("--tables <names...>", 'only these, as SQL writes them, such as shop.orders or shop."Odd name"')
    .option("--every <interval>", "round after round at an interval, such as 10m")
    .option("--http <file>", "compare the answers to the requests in a file")
    .option("--http-ignore <file>", "rules of what may differ between two answers")
    .option("--http-unsafe", "send methods that change something, too: on both sides", false)
    .option("--source-url <url>", "where the source is asked (default: its origin's name)")
    .option("--target-url <url>", "where the target is asked (default: its origin's name)")
    .addHelpText("after", HELP)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (flags: VerifyFlags, called: Command) => {
      const settings = readVerifyFlags(flags);
      const faults = [...unexpected(called), ...("faults" in settings ? settings.faults : [])];
      if ("faults" in settings || faults.length > 0) return refuse(called, faults);
      await answer("verify", flags.json, async () => {
        if (flags.http !== undefined) {
          const { verifyHttp } = await import("./verify-http");
          return verifyHttp(flags, flags.http);
        }
        const { verifyData } = await import("./verify-data");
        return verifyData(flags, settings);
      });
    });
}
