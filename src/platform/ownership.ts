// Whether a file or directory is ours alone, as far as the system can tell.
import { userId } from "./user.ts";

/** What `stat` says of a file. */
export type Ownership = { readonly uid: number; readonly mode: number };
/** `none`: others may do nothing with it. `read-only`: others may look and not change. */
type Allowance = "none" | "read-only";

/**
 * Why a file is not private enough: it belongs to somebody else (`foreign`) or others have rights (`open`). Undefined when
 * it is, and on systems without user numbers, where nothing of this can be told: `refuseUnfitSystem` keeps us off those.
 */
export function privacyProblem(
  status: Ownership,
  others: Allowance,
  us: number | undefined = userId(),
): "foreign" | "open" | undefined {
  if (us === undefined) return undefined;
  if (status.uid !== us) return "foreign";
  return (status.mode & (others === "none" ? 0o077 : 0o022)) === 0 ? undefined : "open";
}
