#!/usr/bin/env node
import { main } from '../src/cli/main.js'
import { sseFormat } from '../src/programs/sse-format.js'

void main(sseFormat)
