/** Speaks with the page's server. It must not know what is drawn. */
import type { About, ErrorAnswer } from '../protocol.ts';

/** What the server said no to, in words for the person. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

export async function fetchAbout(): Promise<About> {
  return answerOf<About>(await fetch('/api/about'));
}

/** Files anywhere in `input` travel beside it; see `readForm` of the server. */
export async function post<Answer>(path: string, input: unknown): Promise<Answer> {
  const form = new FormData();
  const files: File[] = [];
  const text = JSON.stringify(input, (_key, value: unknown) => {
    if (!(value instanceof File)) return value;
    files.push(value);
    return { $file: files.length - 1 };
  });
  form.append('input', text);
  for (const file of files) form.append('file', file, file.name);
  return answerOf<Answer>(await fetch(path, { method: 'POST', body: form }));
}

/** The other side is our own server, and both sides are checked against the types of protocol.ts. */
async function answerOf<Answer>(response: Response): Promise<Answer> {
  if (response.ok) return response.json();
  const refusal: ErrorAnswer = await response.json();
  throw new Refused(refusal.error);
}

export async function fetchSample(name: string): Promise<File> {
  const response = await fetch(`/api/samples/${name}`);
  if (!response.ok) return answerOf<never>(response);
  const blob = await response.blob();
  return new File([blob], name, { type: blob.type });
}
