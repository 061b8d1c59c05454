// How a program here talks with its test: an address out, where the browser came back in, what it found out.
import { createInterface } from "node:readline/promises";

export async function visited(address) {
  const lines = createInterface({ input: process.stdin });
  console.log(address);
  const answer = await new Promise((resolve) => lines.once("line", resolve));
  lines.close();
  return answer;
}

export function report(found) {
  console.log(JSON.stringify(found));
}

// The name and the code of what a promise is refused with.
export async function refusal(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return { name: error.name, code: error.errorCode ?? error.error ?? error.code, message: error.message };
  }
}
