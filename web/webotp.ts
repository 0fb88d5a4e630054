/** Reading the code from the text message where the browser can (WebOTP). Nothing in the page waits for it. */

/** What the head script leaves for the bundle: the listener it armed and the first request it sent. */
export interface Early {
  /** Idempotency key of `start`, sent or not. */
  key: string;
  start?: Promise<Response>;
  /** Sends `start`; in a frame left to the bundle. */
  begin?: () => void;
  heard?: Promise<string>;
  abort: AbortController;
}

/** The one name both scripts know. */
export type EarlyWindow = Window & { ringfence?: Early };

type OtpRequest = CredentialRequestOptions & { otp: { transport: ["sms"] } };

/** Waits for a text bound to this host; resolves to what it says, rejects when aborted, declined or not allowed. */
export async function hear(signal: AbortSignal): Promise<string> {
  const request: OtpRequest = { otp: { transport: ["sms"] }, signal };
  const credential = (await navigator.credentials.get(request)) as { code?: string } | null;
  return credential?.code ?? "";
}

/** Chromium ends a request after four minutes with InvalidStateError; sooner means it will not work here. */
const LEAST_MS = 60_000;

/** Keeps listening, from the head script's request on, while `mayCome` says that a code can still arrive. */
export function listen(early: Early | undefined, mayCome: () => boolean, onCode: (text: string) => void) {
  let abort = early?.abort ?? new AbortController();
  let listening = false;

  async function arm(heard?: Promise<string>): Promise<void> {
    if (!("OTPCredential" in window) || listening || !mayCome()) return;
    listening = true;
    const since = Date.now();
    let again = false;
    try {
      const text = await (heard ?? hear(abort.signal));
      if (text) onCode(text);
    } catch (error) {
      // Declined, not allowed in this frame, aborted: the shopper types, and is told nothing.
      again = error instanceof DOMException && error.name === "InvalidStateError" && Date.now() - since > LEAST_MS;
    }
    listening = false;
    if (again) await arm();
  }

  void arm(early?.heard);
  return {
    /** Listens again after another text was asked for. */
    again() {
      if (abort.signal.aborted) abort = new AbortController();
      void arm();
    },
    /** Ends the browser's prompt: on submit, on leaving, at an end. */
    stop: () => abort.abort(),
  };
}
