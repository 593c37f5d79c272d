// Secrets that a person gave to a host as keys of a held call. One that cannot be had stays out: its host then gets what stands for it.
import type { GrantedSecret } from "../../secrets/secret-grants.ts";
import type { ApprovedKey } from "./exchanged-request.ts";

/** Headers that say who asks. WHY no others: what stands elsewhere may be kept by the host, and shown to others. */
const HEADERS = ["authorization", "x-api-key", "api-key", "x-auth-token", "private-token"] as const;
/** Where such a secret is told of in place of a file. */
const GRANTED = "a secret that a person gave to the host";

/** The keys with their values, fetched now. `failed` hears of each that cannot be had. Never rejects. */
export async function grantedKeys(
  granted: readonly GrantedSecret[],
  failed: (host: string) => void,
): Promise<readonly ApprovedKey[]> {
  const keys = granted.map(async (one): Promise<readonly ApprovedKey[]> => {
    const { id, variable, host, shown, isOpen } = one;
    if (!isOpen()) return [];
    try {
      const value = await one.value();
      const standIn = shown.repeat(Math.ceil(value.length / shown.length)).slice(0, value.length);
      const where = { host, file: GRANTED, headers: HEADERS } as const;
      return [{ ...where, name: variable, kind: "key", value, shown, standIn, isOpen, grant: id }];
    } catch {
      failed(host);
      return [];
    }
  });
  return (await Promise.all(keys)).flat();
}
