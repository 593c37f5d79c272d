// Every detector, by the order of its file's name. A file has one detector or a list of them.
import type { Detector } from "../detector.ts";
import { awsAccessKeyId } from "./aws-access-key-id.ts";
import { privateKey } from "./private-key.ts";

export const DETECTORS_BY_FILE: readonly (Detector | readonly Detector[])[] = [
  // One a line, in the order of the files.
  awsAccessKeyId,
  privateKey,
];

export const DETECTORS: readonly Detector[] = DETECTORS_BY_FILE.flat();
