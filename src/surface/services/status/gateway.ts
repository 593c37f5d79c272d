// What `sallyport status` says of the registry gateway, where managed settings send contained commands to one.
import { printable } from "#base/printable.ts";
import { namedGatewayPort } from "../containment/sandbox-status.ts";
import { gatewayStatus } from "../gateway/gateway-lifecycle.ts";
import type { Check } from "../../foundation/terminal/finding.ts";
import type { Surroundings } from "./installation.ts";

/** Whether it runs on the port that is named; nothing where none is. `managed`: where managed settings lie instead. */
export async function checkGateway(
  { directories, ours }: Pick<Surroundings, "directories" | "ours">,
  managed?: string,
): Promise<readonly Check[]> {
  const port = namedGatewayPort(managed === undefined ? {} : { managed });
  if (port === undefined) return [];
  const about = "gateway";
  const status = await gatewayStatus(directories.root, port);
  const begin = ours("gateway start");
  switch (status.state) {
    case "running": {
      const isThere = status.port === port;
      const text = isThere
        ? `package registries can be read while an install runs (port ${port}, process ${status.pid})`
        : `the registry gateway listens on port ${status.port}, and managed settings send commands to port ${port}`;
      if (isThere) return [{ about, level: "ok", text }];
      return [{ about, level: "found", text, repair: `${ours("gateway stop")}; ${begin}` }];
    }
    case "stopped": {
      const text = `the registry gateway does not run, and starts with the next session on port ${port}`;
      return [{ about, level: "note", text }];
    }
    case "silent": {
      const text = "the registry gateway does not answer, so no install brings anything";
      return [{ about, level: "found", text, repair: `${ours("gateway stop")}; ${begin}` }];
    }
    case "stranger": {
      const who = printable(status.problem ?? `somebody listens on port ${port}`);
      const text = `${who} in the registry gateway's place, so nothing counts as contained`;
      return [{ about, level: "found", text, repair: `end that process, then ${begin}` }];
    }
    default:
      return status.state satisfies never;
  }
}
