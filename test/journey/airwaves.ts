/** Plays the part of Android below the real `OTPCredential`: keeps the browser's request until a test lets a text message arrive. */
import type { Page } from "playwright-core";

/** What becomes of a request: the code arrives, or the shopper declines the prompt. */
const SUCCESS = 0;
const DECLINED = 2;

/** What the pages hold: requests that wait for a text message, oldest first. */
type Settle = (status: number, code: string) => void;
type Air = Window & { pending?: Settle[] };

/**
 * Init script; needs `--enable-blink-features=MojoJS,MojoJSTest`. Answers `blink.mojom.WebOTPService` by hand: a
 * request is 64 bytes, name at 12, flags at 16 (1 expects an answer, 0 is an abort), id at 24. An abort that is
 * not answered takes the page down.
 */
export function airwaves(): void {
  type Handle = {
    watch(signals: { readable: true }, wake: () => void): void;
    readMessage(): { result: number; buffer: ArrayBuffer };
    writeMessage(buffer: ArrayBuffer, handles: []): void;
  };
  type Interceptor = { oninterfacerequest: (event: { handle: Handle }) => void; start(): void };
  const { Mojo, MojoInterfaceInterceptor } = window as unknown as {
    Mojo: { RESULT_OK: number };
    MojoInterfaceInterceptor: new (name: string) => Interceptor;
  };
  const pending: Settle[] = [];
  (window as Air).pending = pending;
  const ABORTED = 3;

  function answer(handle: Handle, request: DataView, status: number, text: Uint8Array): void {
    const body = text.length > 0 ? 8 + text.length : 0;
    const message = new DataView(new ArrayBuffer(Math.ceil((56 + body) / 8) * 8));
    const write = (offset: number, value: number) => message.setUint32(offset, value, true);
    write(0, 32);
    write(4, 1);
    write(12, request.getUint32(12, true));
    write(16, 2);
    message.setBigUint64(24, request.getBigUint64(24, true), true);
    write(32, 24);
    write(40, status);
    if (body > 0) {
      write(48, 8);
      write(56, body);
      write(60, text.length);
      new Uint8Array(message.buffer).set(text, 64);
    }
    handle.writeMessage(message.buffer, []);
  }

  const kept: Handle[] = []; // a collected handle would close the pipe
  const interceptor = new MojoInterfaceInterceptor("blink.mojom.WebOTPService");
  interceptor.oninterfacerequest = ({ handle }) => {
    kept.push(handle);
    let waiting: DataView | undefined;
    const settle = (status: number, code: string) => {
      if (waiting) answer(handle, waiting, status, new TextEncoder().encode(code));
      waiting = undefined;
    };
    handle.watch({ readable: true }, () => {
      for (let read = handle.readMessage(); read.result === Mojo.RESULT_OK; read = handle.readMessage()) {
        const request = new DataView(read.buffer);
        if (request.getUint32(16, true) & 1) {
          waiting = request;
          pending.push(settle);
        } else settle(ABORTED, "");
      }
    });
  };
  interceptor.start();
}

async function settled(page: Page, status: number, code: string): Promise<void> {
  await page.waitForFunction(() => ((window as Air).pending?.length ?? 0) > 0);
  await page.evaluate(([status, code]) => (window as Air).pending?.pop()?.(status, code), [status, code] as const);
}

/** Lets the text message with `code` reach the browser, once the page listens. */
export const deliver = (page: Page, code: string) => settled(page, SUCCESS, code);

/** Presses "deny" in the browser's prompt, once the page listens. */
export const decline = (page: Page) => settled(page, DECLINED, "");
