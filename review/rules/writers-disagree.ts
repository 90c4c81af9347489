import { objectsOf, type Rule } from "../rule";
import { text } from "../value";

/** SSM parameters that poolers stage their writer from: `lib/link/writer-parameter.ts`. */
const NAMES_A_WRITER = /(^|\/)writer$/;

/** Poolers of the two regions that name different writers. */
export const writersDisagree: Rule = {
  id: "writers-disagree",
  severity: "blocks",
  title: "Both regions' poolers name the same writer",
  why: "Applications of the two regions would write to two databases.",
  fix: "Let both follow the same variable, and let `relocate cutover` change them: it pauses the poolers first.",
  find: (plans) => {
    const parameters = objectsOf(plans).filter(
      ({ type, after }) => type === "aws_ssm_parameter" && NAMES_A_WRITER.test(text(after?.name)),
    );
    return parameters.flatMap((object) => {
      const twin = parameters.find(
        (other) => other.region !== object.region && other.after?.name === object.after?.name,
      );
      const [mine, theirs] = [writerIn(object.after), writerIn(twin?.after)];
      if (!twin || mine === "" || theirs === "" || mine === theirs) return [];
      return [{ object, found: `it names ${mine}, while ${twin.address} names ${theirs}` }];
    });
  },
};

const writerIn = (values: Readonly<Record<string, unknown>> | undefined): string =>
  text(values?.insecure_value) || text(values?.value);
