import { i18n } from '@/i18n/i18n';

/** What a step is called; one without a name of its own by the words of its key. */
export function stepWords(step: string): string {
  const key = `decisions.step.${step}`;
  if (i18n.exists(key)) return i18n.t(key as 'decisions.step.save');
  const words = step.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
