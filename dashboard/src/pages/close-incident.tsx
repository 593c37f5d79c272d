// The button that closes an incident: it asks how what the incident is about was possible.
import { useState } from "preact/hooks";
import type { Answer } from "../core/api.ts";
import { Confirm } from "../parts/confirm.tsx";
import { Choice } from "../parts/field.tsx";

const OUTCOMES = [
  { value: "blocked-by-hook", label: "Blocked by the guard" },
  { value: "denied-by-policy", label: "Denied by the policy" },
  { value: "allowed-by-config", label: "Allowed by the configuration" },
  { value: "user-approved", label: "Approved by a person" },
  { value: "nobody-answered", label: "Nobody answered" },
  { value: "missed", label: "Missed" },
] as const;
type Outcome = (typeof OUTCOMES)[number]["value"];

/** `act` sends it. */
export function CloseIncident({
  id,
  act,
  onDone,
}: {
  readonly id: string;
  readonly act: (outcome: Outcome, note: string) => Promise<Answer<unknown>>;
  readonly onDone: () => void;
}) {
  const [outcome, setOutcome] = useState<Outcome>("blocked-by-hook");
  return (
    <Confirm<unknown>
      title="Close"
      note="What came of it"
      command={() => `sallyport incident close ${id} --outcome ${outcome}`}
      act={(note) => act(outcome, note)}
      onDone={onDone}
    >
      <p>Say how what happened was possible. Sessions that are held stay held.</p>
      <Choice label="Outcome" value={outcome} options={OUTCOMES} onChoose={setOutcome} />
    </Confirm>
  );
}
