// Which process is the gateway and on which port: a private file, believed only while that very process lives.
import { rmSync } from "node:fs";
import * as v from "valibot";
import { ownStart, processState } from "#platform/processes.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import { gatewayPlaces, isOwnFolder } from "./gateway-places.ts";

/** A start that the system does not tell. */
const UNKNOWN = "unknown";

const stateSchema = v.object({
  version: v.literal(1),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** In the words of the system, so that a number that was given away again does not count. */
  started: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
});

/** A gateway that runs now. */
export type RunningGateway = { readonly port: number; readonly pid: number };

/** Says that this process is the gateway. Call it once it listens, so that whoever reads it can connect. */
export function writeGatewayState(data: string, port: number): void {
  const state = { version: 1, port, pid: process.pid, started: ownStart() ?? UNKNOWN };
  writePrivateFile(gatewayPlaces(data).stateFile, `${JSON.stringify(state)}\n`);
}

/** Takes that back, where it still speaks of this process. */
export function removeGatewayState(data: string): void {
  if (readRunningGateway(data)?.pid === process.pid)
    rmSync(gatewayPlaces(data).stateFile, { force: true });
}

/** The gateway of this data directory that runs now; undefined where none does or it cannot be told. Never throws. */
export function readRunningGateway(data: string): RunningGateway | undefined {
  const { root, stateFile } = gatewayPlaces(data);
  if (!isOwnFolder(root)) return undefined;
  try {
    const text = readPrivateFile(stateFile, { secret: true });
    if (text === undefined) return undefined;
    const { port, pid, started } = v.parse(stateSchema, JSON.parse(text));
    const now = processState(pid);
    const isSame = now.kind === "running" && (now.started ?? UNKNOWN) === started;
    return isSame ? { port, pid } : undefined;
  } catch {
    return undefined;
  }
}
