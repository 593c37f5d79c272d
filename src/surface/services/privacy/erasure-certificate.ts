// The certificate of an erasure: what was erased where, what is left, and who was told.
import { formatCertificate } from "#record/privacy/certificate.ts";
import type { DeletionRequest } from "#record/privacy/deletion-request.ts";
import { openKeys } from "#record/store/keys.ts";
import { loadStart } from "#record/store/publisher.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import type { ErasureOrder } from "./order.ts";

/** Targets that a certificate names one by one. */
const SENT_TO_MAX = 200;

export async function certify(
  { log, keys }: Directories,
  order: ErasureOrder,
  {
    residue,
    requests,
  }: { readonly residue: number; readonly requests: readonly DeletionRequest[] },
  timeMs: number,
): Promise<string> {
  const { id, person, subjects, size, root, events, shared, done } = order;
  const opened = await openKeys(keys);
  const { signers } = await loadStart(log, opened);
  const stores = Object.entries(done).map(([store, counts]) => ({ store, ...counts }));
  const elsewhere = [...new Set(requests.map(({ target }) => target))]
    .slice(0, SENT_TO_MAX)
    .map((target) => {
      const sent = requests.filter((one) => one.target === target);
      const left = sent.filter(({ state }) => state === "outstanding").length;
      return { store: `sent to ${target}`, removed: 0, rewritten: sent.length - left, left };
    });
  const inLog = { store: "log", removed: events, rewritten: 0, left: shared };
  return formatCertificate(
    opened.verifier.name,
    {
      id,
      person,
      subjects,
      timeMs,
      size,
      root,
      events,
      stores: [inLog, ...stores, ...elsewhere],
      residue,
    },
    signers,
  );
}
