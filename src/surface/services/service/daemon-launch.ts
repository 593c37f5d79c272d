// How the daemon of a data directory is started: by its service, by the program in force, or by this one.
import { existsSync } from "node:fs";
import { type Launch } from "../../foundation/process/launch.ts";
import { isFromSource, mainPath } from "../../foundation/product/product.ts";
import { directoriesIn } from "../../foundation/files/directories.ts";
import { launchInForce } from "../program/in-force.ts";
import { ownNodeOptions } from "../../foundation/product/own-command.ts";
import {
  isInstalled,
  runSteps,
  type Service,
  serviceFor,
  serviceProgram,
} from "./service-manager.ts";

/**
 * How the daemon of this data directory is started: by its service manager, where it is a service; by the program in force
 * there; without one, or from source, a daemon of the same build as this process, its loader flags included.
 */
export function daemonLaunch(root: string): Launch {
  const byManager = async () => {
    const service = ownService(root);
    return service !== undefined && runSteps([service.manager.start]);
  };
  const inForce = isFromSource() ? undefined : launchInForce(directoriesIn(root));
  if (inForce !== undefined) return { ...inForce, byManager };
  return { nodeArguments: [...ownNodeOptions(), mainPath(), "daemon", "run"], byManager };
}

/** The service of this data directory, when one is installed. */
export function ownService(root: string): Service | undefined {
  const directories = directoriesIn(root);
  if (!existsSync(directories.serviceFile)) return undefined;
  const service = serviceFor(serviceProgram(directories, []));
  return service !== undefined && isInstalled(service) ? service : undefined;
}
