# Prints the seconds that data.table's fread takes for a file: Rscript read_csv.R FILE THREADS
suppressMessages(library(data.table))
given <- commandArgs(TRUE)
setDTthreads(as.integer(given[2]))
cat(system.time(fread(given[1], showProgress = FALSE))[["elapsed"]], "\n")
