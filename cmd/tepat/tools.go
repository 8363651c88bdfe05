package main

import "fmt"

type loadCmd struct{}

func (loadCmd) Run(*env) error { return fmt.Errorf("temporary") }

type checkCmd struct{}

func (checkCmd) Run(*env) error { return fmt.Errorf("temporary") }

type benchCmd struct{}

func (benchCmd) Run(*env) error { return fmt.Errorf("temporary") }
