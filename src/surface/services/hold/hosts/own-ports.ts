// Ports on which sallyport itself listens: no policy opens them to held code, which would have the guard at its mercy.
import { directoriesIn } from "../../../foundation/files/directories.ts";
import { readInstall } from "../../installation/install.ts";
import { readRunningGateway } from "../../gateway/gateway-state.ts";

/** The daemon's and the gateway's port, as their files say. Never throws. */
export function ownPorts(data: string): ReadonlySet<number> {
  try {
    const ports = [readInstall(directoriesIn(data))?.port, readRunningGateway(data)?.port];
    return new Set(ports.filter((port) => port !== undefined));
  } catch {
    return new Set();
  }
}
