// syslog: RFC 5424 over TLS with octet counting (RFC 5425), one connection a batch that both sides close in order.
import { documentOf, type DocumentForm } from "#record/delivery/documents.ts";
import { mapInSlices } from "#record/delivery/slices.ts";
import { type BatchLimits, entryId, type Target } from "#record/delivery/target.ts";
import { cef } from "#record/export/cef.ts";
import { leef } from "#record/export/leef.ts";
import { octetCounted, syslogMessage } from "#record/export/forms/syslog-message.ts";
import { printableJson } from "#base/printable.ts";
import { type ConnectionPlace, ConnectionFault, converse } from "./one-connection.ts";

/** Forms whose line is the message as it is. */
const LINES = { cef, leef };

export type SyslogSettings = {
  /** Where it is; asked when a batch is due, for it reads certificates. */
  readonly place: () => ConnectionPlace;
  readonly address: string;
  readonly form: DocumentForm | keyof typeof LINES;
  readonly limits: BatchLimits;
};

/**
 * Syslog has no acknowledgement: delivered means that the receiver read to the end and closed its side. A receiver that does
 * not close within the time is asked again, with the same ids.
 */
export function syslogTarget({ place, address, form, limits }: SyslogSettings): Target {
  return {
    destination: `syslog ${address}`,
    limits,
    async send(batch) {
      const messages = await mapInSlices(batch, (entry) => {
        const body =
          form === "cef" || form === "leef"
            ? LINES[form].line(entry)
            : printableJson(documentOf(form, entry));
        return octetCounted(syslogMessage(entry, entryId(entry), body));
      });
      const bytes = Buffer.concat(messages);
      if (bytes.length > limits.bytes)
        return { kind: "too-large", reason: "more bytes than one connection takes" };
      try {
        await converse(place(), async ({ write, finish }) => {
          write(bytes);
          await finish();
        });
        return { kind: "delivered" };
      } catch (cause) {
        if (cause instanceof ConnectionFault) return { kind: "again", reason: cause.message };
        throw cause;
      }
    },
  };
}
