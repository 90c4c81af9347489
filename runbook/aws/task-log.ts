import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { unlessFault } from "./fault";
import { type AwsRegion, connect } from "./region";

/** A client of CloudWatch Logs in one region. */
export const logsIn = (region: AwsRegion): CloudWatchLogsClient => connect(CloudWatchLogsClient, region);

/** Where one container's lines go. */
export interface LogStream {
  readonly group: string;
  readonly stream: string;
}

/** Reads a log as it grows. */
export interface LogReader {
  /** The lines since the last call, in order; none as long as nothing came, or the stream has not been made. */
  next(): Promise<readonly string[]>;
}

/**
 * Opens a log from its beginning.
 *
 * Needs `logs:GetLogEvents` on the group.
 */
export function readLog(logs: CloudWatchLogsClient, { group, stream }: LogStream): LogReader {
  let token: string | undefined;
  return {
    async next() {
      const lines: string[] = [];
      for (;;) {
        const page = await unlessFault(
          logs.send(
            new GetLogEventsCommand({
              logGroupName: group,
              logStreamName: stream,
              startFromHead: true,
              nextToken: token,
            }),
          ),
          "ResourceNotFound",
        );
        const before = token;
        token = page?.nextForwardToken ?? token;
        lines.push(...(page?.events ?? []).map(({ message = "" }) => message));
        // A page may be empty before the last one; at the end the token stays the same (API reference, "GetLogEvents").
        if (!page || token === before) return lines;
      }
    },
  };
}
