// Attesting something: how long and why, then the command, which is signed at a terminal.
import { useState } from "preact/hooks";
import { quotedForShell } from "../../../src/base/shell-quoting.ts";
import { useMe } from "../core/app.ts";
import { mayAs } from "../core/session.ts";
import { AtTerminal, reasonWord } from "../parts/at-terminal.tsx";
import { Choice, Field } from "../parts/field.tsx";
import { Text } from "../parts/text.tsx";

type Attestations = {
  readonly items: readonly {
    readonly about: string;
    readonly state: string;
    readonly createdMs: number;
  }[];
};

const TIMES = [
  { value: "30d", label: "30 days" },
  { value: "90d", label: "90 days" },
  { value: "180d", label: "180 days" },
] as const;

export function Attest({ about }: { readonly about: string }) {
  const { role } = useMe();
  const [span, setSpan] = useState<(typeof TIMES)[number]["value"]>("90d");
  const [reason, setReason] = useState("");
  if (!mayAs(role, "approver")) return null;
  return (
    <AtTerminal<Attestations>
      title="Attest"
      command={`sallyport attestation add ${quotedForShell(about)} --for ${span} --reason ${reasonWord(reason)}`}
      why="An attestation is signed with the operator's key. Add `--evidence FILE` to bind it to what you looked at."
      watch={{
        path: "/attestations",
        isDone: ({ items }, sinceMs) =>
          items.some((one) => one.about === about && one.createdMs >= sinceMs),
      }}
    >
      <p>
        You state that <Text value={about} isCode limit={120} /> is so after looking at it, and
        answer for it until then.
      </p>
      <Choice label="For" value={span} options={TIMES} onChoose={setSpan} />
      <Field label="What you looked at" value={reason} onInput={setReason} charsMax={300} />
    </AtTerminal>
  );
}
