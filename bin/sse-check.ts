#!/usr/bin/env node
import { main } from '../src/cli/main.js'
import { sseCheck } from '../src/programs/sse-check.js'

void main(sseCheck)
