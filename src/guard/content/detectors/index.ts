// Every detector, by the order of its file's name.
import type { Detector } from "../detector.ts";
import { awsAccessKeyId } from "./aws-access-key-id.ts";
import { privateKey } from "./private-key.ts";

export const DETECTORS: readonly Detector[] = [
  // One a line, in the order of the files.
  awsAccessKeyId,
  privateKey,
];
