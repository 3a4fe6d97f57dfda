#!/usr/bin/env node
import { main } from '../src/cli/main.js'
import { sseFold } from '../src/programs/sse-fold.js'

void main(sseFold)
