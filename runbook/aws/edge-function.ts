import {
  type CloudFrontClient,
  DescribeFunctionCommand,
  type FunctionStage,
  GetFunctionCommand,
  PublishFunctionCommand,
  UpdateFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { isFault, unlessFault } from "./fault";

/** Others may change the function in the same moment; more often in a row than this, somebody is at war. */
const TRIES = 5;

/**
 * Changes the code of a CloudFront function and publishes it; its runtime, comment and key-value store stay as they are.
 * After a crash in between, the same call publishes what was left unpublished.
 *
 * Needs `cloudfront:DescribeFunction`, `GetFunction`, `UpdateFunction` and `PublishFunction`.
 *
 * @param edit from the code that is in development to the code that shall be live; the same again must give the same
 * @returns whether anything had to be changed
 */
export async function editFunction(
  cloudFront: CloudFrontClient,
  name: string,
  edit: (code: string) => string,
): Promise<boolean> {
  for (let tried = 1; ; tried++) {
    try {
      return await editOnce(cloudFront, name, edit);
    } catch (error) {
      if (tried === TRIES || !isFault(error, "PreconditionFailed", "InvalidIfMatchVersion")) throw error;
    }
  }
}

async function editOnce(
  cloudFront: CloudFrontClient,
  name: string,
  edit: (code: string) => string,
): Promise<boolean> {
  const described = await cloudFront.send(new DescribeFunctionCommand({ Name: name, Stage: "DEVELOPMENT" }));
  // In development there is always one: it has just been described.
  const inDevelopment = (await codeOf(cloudFront, name, "DEVELOPMENT")) ?? "";
  const wanted = edit(inDevelopment);
  let etag = described.ETag;
  if (wanted !== inDevelopment) {
    const updated = await cloudFront.send(
      new UpdateFunctionCommand({
        Name: name,
        IfMatch: etag,
        FunctionConfig: described.FunctionSummary?.FunctionConfig,
        FunctionCode: Buffer.from(wanted),
      }),
    );
    etag = updated.ETag;
  } else if ((await codeOf(cloudFront, name, "LIVE")) === wanted) {
    return false;
  }
  await cloudFront.send(new PublishFunctionCommand({ Name: name, IfMatch: etag }));
  return true;
}

/** @returns undefined when it was never published */
async function codeOf(
  cloudFront: CloudFrontClient,
  name: string,
  stage: FunctionStage,
): Promise<string | undefined> {
  const request = cloudFront.send(new GetFunctionCommand({ Name: name, Stage: stage }));
  const { FunctionCode } = (await unlessFault(request, "NoSuchFunctionExists")) ?? {};
  return FunctionCode && Buffer.from(FunctionCode).toString("utf8");
}
