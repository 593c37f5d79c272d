// The buttons that answer a question which waits: yes, or no with a reason for the agent.
import type { ComponentChildren } from "preact";
import type { Answer } from "../core/api.ts";
import { Confirm } from "../parts/confirm.tsx";

type AnswerQuestionProps = {
  readonly id: string;
  /** Sends it. */
  readonly act: (note: string) => Promise<Answer<unknown>>;
  readonly onDone: () => void;
  /** What the question is about, where the page does not show it beside the button. */
  readonly children?: ComponentChildren;
};

export function AllowQuestion({ id, act, onDone, children }: AnswerQuestionProps) {
  return (
    <Confirm<unknown>
      title="Allow"
      note="Note"
      command={() => `sallyport questions answer ${id} --allow`}
      act={act}
      onDone={onDone}
    >
      <p>The client makes this one call, once it was judged again.</p>
      {children}
    </Confirm>
  );
}

export function RefuseQuestion({ id, act, onDone, children }: AnswerQuestionProps) {
  return (
    <Confirm<unknown>
      title="Refuse"
      note="Why; the agent reads it"
      isDangerous
      command={() => `sallyport questions answer ${id} --deny`}
      act={act}
      onDone={onDone}
    >
      <p>The client does not make the call.</p>
      {children}
    </Confirm>
  );
}
