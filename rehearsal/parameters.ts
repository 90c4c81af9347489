import { z } from "zod";
import type { Cloud } from "../offline/cloud";
import { absent, regionOf } from "./state";

const TYPE = "aws_ssm_parameter";
const parameter = z.object({ arn: z.string(), name: z.string(), insecure_value: absent(z.string()) });

/** SSM parameters of the stand-in's cloud: what is written there is what the next plan reads. */
export interface Parameters {
  /** Undefined when there is none. */
  read(region: string, name: string): string | undefined;
  /** Idempotent. @throws Error when there is none */
  write(region: string, name: string, value: string): void;
}

export function openParameters(cloud: Cloud): Parameters {
  const held = (region: string, name: string) =>
    cloud
      .find(TYPE)
      .map((one) => parameter.parse(one))
      .find((one) => one.name === name && regionOf(one.arn) === region);
  return {
    read: (region, name) => held(region, name)?.insecure_value,
    write(region, name, value) {
      const found = held(region, name);
      if (!found)
        throw new Error(`there is no parameter ${name} in ${region} in the stacks that were applied`);
      if (found.insecure_value !== value) cloud.update(TYPE, found.arn, { insecure_value: value });
    },
  };
}
