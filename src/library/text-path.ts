/**
 * The exports that a page needs to show the text of an answer. The build makes a file of its own of their modules, so that a bundle with
 * these exports alone leaves out the rest of the library, of which bundlers cannot tell that it has no effect.
 */
export { readers } from '../dialects/index.js'
export { text } from '../filters/text/text.js'
export { parseAnswers } from '../core/answer/answers.js'
