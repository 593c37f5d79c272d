// Where a server says that a repository is: followed to its own machine, and to what was judged.
import { httpAddress } from "#guard/effects/git/remote-addresses.ts";

/** The end of what git first asks of a repository. */
const ASKED = /\/info\/refs(?:\?service=git-(?:upload|receive)-pack)?$/;

/** The new address of a repository; why not otherwise, for the agent. `moved` is what the server answers of the old one's references. */
export function movedAddress(
  moved: string,
  { from, isJudged }: { readonly from: string; readonly isJudged: (plain: string) => boolean },
): { readonly url: string } | { readonly why: string } {
  const old = httpAddress(from);
  const account = /^https?:\/\/([^@/]*@)/i.exec(from)?.[1] ?? "";
  let whole = "";
  try {
    whole = new URL(moved, `${old?.plain ?? ""}/info/refs`).href;
  } catch {
    // It is no address.
  }
  const base = whole.replace(ASKED, "");
  const fresh = base === whole ? undefined : httpAddress(base);
  if (old === undefined || fresh === undefined || base.includes("@"))
    return { why: `the server sends git to ${placeOf(whole)}, which is no repository` };
  const isSame =
    fresh.host === old.host &&
    ((fresh.scheme === old.scheme && fresh.port === old.port) ||
      (old.scheme === "http" &&
        old.port === "80" &&
        fresh.scheme === "https" &&
        fresh.port === "443"));
  if (!isSame && !isJudged(fresh.plain))
    return {
      why: `the server sends git to \`${fresh.plain}\`, which this call was not judged to reach; name that address to git instead`,
    };
  return { url: isSame ? base.replace("://", `://${account}`) : base };
}

/** WHY the host alone: the rest of an address may have a token in it. */
function placeOf(whole: string): string {
  const host = /^https?:\/\/(?:[^@/]*@)?([\w.-]{1,253})(?=[:/])/i.exec(whole)?.[1];
  return host === undefined ? "another place" : `a page of \`${host}\``;
}
