// Work that a page asks for at a button: sent once at a time, with what came of it.
import { useState } from "preact/hooks";
import type { ApiFault } from "./api.ts";
import { useApi } from "./app.ts";

export type Sending<T, Body> = {
  /** The newest answer, which stays beside a later fault, and what it answers. */
  readonly value: T | undefined;
  readonly sent: Body | undefined;
  readonly fault: ApiFault | undefined;
  readonly isBusy: boolean;
  readonly send: (body: Body) => void;
};

/** Posts to an address when it is told to. */
export function useSending<T, Body extends object>(path: string): Sending<T, Body> {
  const api = useApi();
  const [answer, setAnswer] = useState<{ readonly value: T; readonly sent: Body }>();
  const [fault, setFault] = useState<ApiFault>();
  const [isBusy, setBusy] = useState(false);
  const post = async (sent: Body) => {
    setBusy(true);
    setFault(undefined);
    const got = await api.post<T>(path, sent);
    setBusy(false);
    if (got.ok) setAnswer({ value: got.value, sent });
    else setFault(got.fault);
  };
  return {
    value: answer?.value,
    sent: answer?.sent,
    fault,
    isBusy,
    send: (body) => void post(body),
  };
}
