// The form that cuts a host or an MCP server off.
import { useState } from "preact/hooks";
import { useApi } from "../core/app.ts";
import { Confirm } from "../parts/confirm.tsx";
import { Choice, Field } from "../parts/field.tsx";

const KINDS = [
  { value: "host", label: "A host and its sub-domains" },
  { value: "server", label: "An MCP server" },
  { value: "tool", label: "A tool" },
] as const;
type Kind = (typeof KINDS)[number]["value"];

export function BlockForm({ onDone }: { readonly onDone: () => void }) {
  const api = useApi();
  const [kind, setKind] = useState<Kind>("host");
  const [name, setName] = useState("");
  return (
    <Confirm<unknown>
      title="Cut off"
      note="Why"
      isNoteRequired
      isDangerous
      command={() => `sallyport block add ${kind} NAME --reason "..."`}
      act={(reason) =>
        api.post("/blocks", { kind, name: name.trim(), reason: reason.slice(0, 300) })
      }
      onDone={() => {
        setName("");
        onDone();
      }}
    >
      <p>Every session is refused it from the next call on. Calls that run already go on.</p>
      <Choice label="What" value={kind} options={KINDS} onChoose={setKind} />
      <Field
        label="Name"
        value={name}
        onInput={setName}
        isCode
        isRequired
        charsMax={256}
        help={
          kind === "host"
            ? "Without scheme: drop.example.net"
            : "As the client names it in its tools"
        }
      />
    </Confirm>
  );
}
