// What programs behind an inspecting proxy have to trust: the usual certificates and the organisation's authority in one file.
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { loadDestinations } from "../../foundation/product/shipped-data.ts";
import { gatewayPlaces, makeOwnFolder } from "../gateway/gateway-places.ts";
import { upstreamTrust, writeTrustFile } from "../gateway/trust.ts";
import { type Inspection, type InspectionWish, openInspection } from "./inspection.ts";

/** Inspection with the file for programs. */
export type TrustedInspection = { readonly inspection: Inspection; readonly trustFile: string };

/**
 * Opens it, and writes the file; undefined where nothing is to be inspected. Servers are verified by node's certificates, the
 * system's and those of `company`. Throws a Failure where the authority cannot be used.
 */
export function openTrustedInspection(
  wish: InspectionWish | undefined,
  { root }: Pick<Directories, "root">,
  company: string | undefined,
): TrustedInspection | undefined {
  if (wish === undefined) return undefined;
  const trust = upstreamTrust(company);
  if (trust.problem !== undefined)
    throw new Failure("inspection", "the certificates of NODE_EXTRA_CA_CERTS cannot be read");
  const inspection = openInspection(wish, {
    destinations: loadDestinations(),
    nowMs: Date.now,
    trusted: trust.certificates,
  });
  const folder = gatewayPlaces(root).root;
  if (!makeOwnFolder(folder))
    throw new Failure("inspection", `\`${folder}\` is no folder of yours alone; remove it`);
  const trustFile = join(folder, "inspection-trust.pem");
  writeTrustFile(trustFile, inspection.authority, trust);
  return { inspection, trustFile };
}
